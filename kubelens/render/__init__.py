"""Text that programs make of text: charts and kustomizations as Helm and kustomize print them, each character with its origin."""

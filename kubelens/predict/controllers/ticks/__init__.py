"""Controllers and kubelets in steps: what is seen whenever all of them are at rest."""

"""Objects and files that say what is applied from where: Argo CD, Flux, helmfile, Skaffold; one source a file."""

"""What a change does to what is there: rules that compare the manifests with an earlier state (`--against`)."""

"""What ingress controllers do beyond the specification: one file or room for each."""

"""Rules about charts: what Helm refuses, and what a chart says that nothing reads."""

"""What the server fills in before it validates, one module per API group."""

"""What a Pod may do to its node, what an account may do to the cluster, and what is exposed."""

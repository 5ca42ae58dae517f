"""The kubelet: what becomes of a Pod on its node."""

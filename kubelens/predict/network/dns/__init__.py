"""Which names a cluster's DNS answers, and how a Pod's resolver gets from a name to one of them."""

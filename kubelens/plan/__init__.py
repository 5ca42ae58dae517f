"""What a change does: objects matched on both sides, what differs as the API server stores it, and what follows from it.

Everything is asked of the chain (``kubelens.predict``), once for the world before and once for the world after.
"""

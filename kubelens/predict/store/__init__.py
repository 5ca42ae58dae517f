"""Objects over time: what is there, who owns whom, and what goes when something goes."""

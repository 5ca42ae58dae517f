"""What the text itself gives away."""

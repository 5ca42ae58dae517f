"""``check --daemon``: a process of the user that has everything imported, and forks for each run.

A run happens in a copy of that process, with the caller's own files for input and output, working folder, environment
and limits; so it prints what it would print without, and ends the same way. Whatever is not as it should be (another
release of kubelens or Python, a changed file, another user, no such process) makes the caller run by itself, quietly.
"""

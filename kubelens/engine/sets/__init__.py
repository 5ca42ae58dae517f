"""What is applied together: found among the files of a run, built, and judged each by itself."""

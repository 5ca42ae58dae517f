"""What earlier runs found, kept under the user's cache folder: a run that looks at the same again says the same again."""

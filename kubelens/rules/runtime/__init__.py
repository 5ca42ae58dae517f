"""What a container runs and sees: commands, images, variables, files."""

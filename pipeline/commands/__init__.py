"""The command line's groups of commands, a file each. Nothing heavy is imported before a command runs."""

"""The verbs of ``/okr``, one file each. Adding one: its file, its line in the registry, its test."""

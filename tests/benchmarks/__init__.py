"""The benchmarks: the bot as people get it, beside plain ways of doing the same, in one run on one machine."""

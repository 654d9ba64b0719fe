"""Takes one safety away at a time: each must make a test fail, or nobody would notice that it is gone."""

"""Speed, as ratios: each case against a baseline that runs in turn with it, so that a noisy machine hits both."""

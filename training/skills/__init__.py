"""One module per skill; each has turn(rng, split) giving a phrasing.Turn."""

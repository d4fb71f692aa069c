"""One file a graph store, all behind one protocol."""

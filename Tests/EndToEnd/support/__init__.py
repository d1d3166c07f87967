"""What the end-to-end tests stand on: real processes, real sockets, and nothing of the programs' own code."""

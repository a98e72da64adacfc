"""Which promises are kept: tests through real doors, each seen to fail without the clause or the door's check."""

"""One file a step of the schema, each naming the one before."""

"""The policy language: read, write and check a policy, and what each clause means."""

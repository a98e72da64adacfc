"""What people gave, chose, were told and agreed to: histories to which rows are added, none changed."""

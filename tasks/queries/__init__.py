"""What pages and machines read: inbox, cases, customers, people; nothing here writes."""

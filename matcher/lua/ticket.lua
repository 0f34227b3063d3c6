-- Read a ticket.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 ticket
-- Returns: the ticket's row, or nil
-- Errors: none
-- Events: none
-- include: ticket_row
return ticket_row(ARGV[3])

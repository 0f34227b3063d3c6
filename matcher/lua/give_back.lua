-- A ticket being served waits again at its old place: its seat was lost, or it is handed on (with a new policy, and not
-- to the same seat).
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 ticket, 4 fence, 5 why, 6 policy ('' keeps the old one), 7 steps (JSON), 8 lane of step 0
-- Returns: the ticket's row
-- Errors: TICKET_NOT_FOUND, TICKET_NOT_WAITING, RESERVATION_STALE
-- Events: ticket_returned, seat_changed, reservation_made, seats_alerted
-- include: keys
-- include: seat_back
-- include: policy_swap
-- include: ticket_row
local ticket = ARGV[3]
local state, fence = unpack(call('HMGET', key('ticket', ticket), 'state', 'fence'))
if not state then
  return { -1, ticket }
elseif fence ~= ARGV[4] then
  return { -4, ticket }
elseif state ~= 'serving' then
  return { -2, state }
end
if ARGV[6] ~= '' then
  policy_swap(ticket, ARGV[6], ARGV[7], ARGV[8])
end
seat_back(ticket, ARGV[5])
return ticket_row(ticket)

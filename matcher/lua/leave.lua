-- End a ticket that is not being served: abandoned by its citizen, expired, or redirected. A ringing reservation is
-- taken back and its seat gets its place among the idle ones back.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 ticket, 4 state (abandoned, expired, redirected, no_show), 5 why
-- Returns: the ticket's row
-- Errors: TICKET_NOT_FOUND, TICKET_NOT_WAITING
-- Events: ticket_left, reservation_rescinded, alert_over, seat_changed, reservation_made
-- include: keys
-- include: ticket_moves
-- include: unpark
-- include: rescind
-- include: ticket_left
-- include: seat_free
-- include: seat_done
-- include: ticket_row
local ticket, state, why = ARGV[3], ARGV[4], ARGV[5]
local was, lane, seat = unpack(call('HMGET', key('ticket', ticket), 'state', 'lane', 'seat'))
if not was then
  return { -1, ticket }
elseif was == state then
  return ticket_row(ticket)
elseif not string.find(TICKET_MOVES, ';' .. was .. '>' .. state .. ';', 1, true) then
  return { -2, was }
end
if was == 'waiting' then
  unpark(ticket, lane)
elseif was == 'reserved' then
  rescind(ticket, why)
end
ticket_left(ticket, was, state, why)
if was == 'reserved' then
  seat_free(seat, 'reserved', tonumber(call('HGET', key('seat', seat), 'idle_key')))
elseif was == 'serving' then
  seat_done(seat)
end
return ticket_row(ticket)

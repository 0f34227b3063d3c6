-- The seat refuses its ringing ticket: the ticket goes on at its old place, not to this seat for a while; the seat
-- takes the next one.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules, 3 seat, 4 reservation, 5 fence, 6 reason
-- Returns: the seat's row
-- Errors: SEAT_NOT_FOUND, RESERVATION_STALE
-- Events: reservation_declined, ticket_returned, seat_changed, reservation_made, seats_alerted
-- include: keys
-- include: emit
-- include: count
-- include: unreserve
-- include: shun
-- include: ticket_returns
-- include: seat_free
-- include: seat_row
local seat, reservation, fence = ARGV[3], ARGV[4], ARGV[5]
local state, ticket, rings, its_fence =
  unpack(call('HMGET', key('seat', seat), 'state', 'ticket', 'reservation', 'fence'))
if not state then
  return { -5, seat }
elseif state ~= 'reserved' or rings ~= reservation or its_fence ~= fence then
  return { -4, reservation }
end
emit('reservation_declined', 'reservation', reservation, 'ticket', ticket, 'seat', seat, 'reason', ARGV[6])
count('declined')
unreserve(ticket)
shun(ticket, seat)
ticket_returns(ticket, 'reserved', 'declined', seat)
seat_free(seat, 'reserved')
return seat_row(seat)

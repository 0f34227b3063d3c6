-- include: keys
-- include: shun
-- include: ticket_returns
-- include: seat_offline
-- include: seat_done
-- A served ticket goes back to its place and its seat on: offline when it was lost, else as after any call.
local function seat_back(ticket, why)
  local seat = call('HGET', key('ticket', ticket), 'seat')
  if why == 'seat_lost' then
    seat_offline(seat, 'serving', 'seat_lost')
    ticket_returns(ticket, 'serving', why, seat)
  else
    shun(ticket, seat) -- first, or another place of the same agent would get it
    ticket_returns(ticket, 'serving', why, seat)
    seat_done(seat)
  end
end

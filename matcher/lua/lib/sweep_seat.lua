-- include: keys
-- include: now
-- include: rules
-- include: due
-- include: withdraw
-- include: seat_offline
-- include: seat_free
-- include: ticket_returns
-- What the sweeper does for seats, by kind of its list's entries.
local sweep_seat = {}

-- No heartbeat: a ringing ticket goes on at once; a call gets the grace time for the seat to come back.
function sweep_seat.beat(seat, state, ticket)
  if state == 'serving' then
    call('HSET', key('seat', seat), 'lost', now)
    due(now + rules.grace_ms, 'grace', ticket)
  elseif state and state ~= 'offline' then
    local ringing = withdraw(seat, state, 'seat_lost')
    seat_offline(seat, state, 'seat_lost')
    if ringing then
      ticket_returns(ringing, 'reserved', 'seat_lost', seat)
    end
  end
end

-- Wrap-up is over.
function sweep_seat.wrap(seat, state)
  if state == 'wrap_up' then
    seat_free(seat, state)
  end
end

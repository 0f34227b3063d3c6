-- include: keys
-- include: pick_seat
-- include: idle_out
-- include: reserve
-- include: park
-- include: alert
-- A ticket in state `waiting` that is in no lane yet: reserve it for an idle able seat, or put it into its lane.
local function ticket_waits(ticket, lane)
  local row = call('HMGET', key('ticket', ticket), 'score', 'arrived', 'shunned')
  local seat, rivals = pick_seat(ticket, lane, row[3] or '')
  if seat then
    local at = call('HMGET', key('seat', seat), 'profile', 'duty')
    idle_out(seat, at[1], at[2])
    reserve(ticket, seat, 'ticket', rivals)
  else
    park(ticket, lane, row[1], row[2])
    alert(ticket, lane)
  end
end

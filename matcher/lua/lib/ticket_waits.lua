-- include: keys
-- include: ensure_lane
-- include: pick_seat
-- include: idle_out
-- include: reserve
-- include: park
-- include: alert
-- A ticket in state `waiting` that is in no lane: reserve it for an idle able seat, or put it into its lane.
local function ticket_waits(ticket)
  local row = call('HMGET', key('ticket', ticket), 'lane', 'score', 'arrived', 'shunned', 'policy', 'step')
  local lane = row[1]
  if call('EXISTS', key('lane', lane)) == 0 then
    local steps = cjson.decode(call('HGET', key('policy', row[5]), 'steps'))
    ensure_lane(lane, steps[row[6] + 1].needs)
  end
  local seat, rivals = pick_seat(ticket, lane, row[4] or '')
  if seat then
    local at = call('HMGET', key('seat', seat), 'profile', 'duty')
    idle_out(seat, at[1], at[2])
    reserve(ticket, seat, 'ticket', rivals)
  else
    park(ticket, lane, row[2], row[3])
    alert(ticket, lane)
  end
end

-- include: keys
-- include: ensure_lane
-- The lane of a ticket's present step and its needs; a lane that was forgotten meanwhile is made known again.
local function ticket_lane(ticket)
  local row = call('HMGET', key('ticket', ticket), 'lane', 'policy', 'step')
  local needs = call('HGET', key('lane', row[1]), 'needs')
  if not needs then
    needs = cjson.decode(call('HGET', key('policy', row[2]), 'steps'))[row[3] + 1].needs
    ensure_lane(row[1], needs)
  end
  return row[1], needs
end

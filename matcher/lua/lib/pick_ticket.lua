-- include: keys
-- include: rules
-- include: named_heads
-- include: longest_queue
-- include: first_come
-- Choose a waiting ticket for an idle seat; returns it, its lane and the number of lanes considered, or nil.
local function pick_ticket(seat, profile)
  local found = call('ZINTER', 2, key('pc', profile), PREFIX .. 'heads', 'WITHSCORES')
  local shunning = key('shun', seat)
  local is_special = call('EXISTS', key('named', seat), shunning) > 0
  if not is_special and rules.ticket_rule == 'first_come' then
    if #found == 0 then
      return nil
    end
    return call('ZRANGE', key('wait', found[1]), 0, 0)[1], found[1], #found / 2
  end
  local named = is_special and named_heads(seat, profile) or {}
  local has_shunned = is_special and call('EXISTS', shunning) == 1
  local lanes = {}
  for i = 1, #found, 2 do
    lanes[#lanes + 1] = { name = found[i], rank = tonumber(found[i + 1]) }
  end
  for _, lane in ipairs(named) do
    lanes[#lanes + 1] = lane
  end
  table.sort(lanes, function(a, b) return a.rank < b.rank or (a.rank == b.rank and a.name < b.name) end)
  local rule = rules.ticket_rule == 'first_come' and first_come or longest_queue
  local ticket, lane = rule(lanes, seat, has_shunned)
  return ticket, lane, #lanes
end

-- include: keys
-- First come first served over lanes sorted by the rank of their heads; tickets that shun the seat are passed over.
local SCAN = 16

-- The first ticket of a lane that does not shun the seat, and how much later than the head it is.
local function first_for(seat, lane, has_shunned)
  if not has_shunned then
    return call('ZRANGE', key('wait', lane), 0, 0)[1], 0
  end
  local from, head, shunning = 0, nil, key('shun', seat)
  while true do
    local tickets = call('ZRANGE', key('wait', lane), from, from + SCAN - 1, 'WITHSCORES')
    head = head or tonumber(tickets[2])
    for i = 1, #tickets, 2 do
      if not call('ZSCORE', shunning, tickets[i]) then
        return tickets[i], tonumber(tickets[i + 1]) - head
      end
    end
    if #tickets < 2 * SCAN then
      return nil
    end
    from = from + SCAN
  end
end

local function first_come(lanes, seat, has_shunned)
  local best, best_lane, best_rank
  for _, lane in ipairs(lanes) do
    if best and lane.rank >= best_rank then
      break
    end
    local ticket, later = first_for(seat, lane.name, has_shunned)
    if ticket and (not best or lane.rank + later < best_rank) then
      best, best_lane, best_rank = ticket, lane.name, lane.rank + later
    end
  end
  return best, best_lane
end

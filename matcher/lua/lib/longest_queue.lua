-- include: keys
-- include: first_come
-- For surges: the district (or the lane of no district) with the longest queue goes first, inside it first come first
-- served. Emergencies and calls coming back go before all: a surge is no reason to make them wait.
local HEADS_MAX = 32

-- The queues of the districts among these lanes, in the order of their oldest heads.
local function queues(lanes)
  local by_name, list = {}, {}
  for i = 1, math.min(#lanes, HEADS_MAX) do
    local lane = lanes[i].name
    local district = call('HGET', key('lane', lane), 'district')
    local name = district ~= '' and district or lane
    if not by_name[name] then
      by_name[name] = { waiting = 0, age = i }
      list[#list + 1] = by_name[name]
    end
    table.insert(by_name[name], lanes[i])
    by_name[name].waiting = by_name[name].waiting + call('ZCARD', key('wait', lane))
  end
  return list
end

local function longest_queue(lanes, seat, has_shunned)
  local ticket, lane = first_come(lanes, seat, has_shunned)
  local class = ticket and call('HGET', key('ticket', ticket), 'priority')
  if not ticket or class == 'sos' or class == 'returning' then
    return ticket, lane
  end
  local list = queues(lanes)
  table.sort(list, function(a, b) return a.waiting > b.waiting or (a.waiting == b.waiting and a.age < b.age) end)
  for _, queue in ipairs(list) do
    local first, first_lane = first_come(queue, seat, has_shunned)
    if first then
      return first, first_lane
    end
  end
  return ticket, lane
end

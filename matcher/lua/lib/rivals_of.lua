-- include: keys
-- The lanes whose tickets want the same working seats: {lane, seats that both want, all its seats}...
-- Where there are very many it is kept for two seconds.
local MANY, KEPT_MS, SHARED_MAX = 2000, 2000, 64

-- How many working seats fit both lanes; `known` keeps the answers of this call.
local function seats_of(lane, other, known)
  local pair = lane < other and lane .. other or other .. lane
  if known[pair] then
    return known[pair]
  end
  local found, n = call('ZINTER', 3, PREFIX .. 'working', key('cp', lane), key('cp', other), 'WEIGHTS', 1, 0, 0,
    'WITHSCORES'), 0
  for i = 2, #found, 2 do
    n = n + tonumber(found[i])
  end
  known[pair] = n
  return n
end

-- The lanes with somebody in them that share a signed-in profile with this one.
local function active_rivals(lane)
  local sets, size = {}, 0
  for _, profile in ipairs(call('ZINTER', 2, key('cp', lane), PREFIX .. 'online')) do
    sets[#sets + 1] = key('pc', profile)
    size = size + call('ZCARD', sets[#sets])
  end
  if #sets == 0 then
    return {}
  end
  local rivals = key('rivals', lane)
  if size <= MANY or call('EXISTS', rivals) == 0 then
    call('ZUNIONSTORE', rivals, #sets, unpack(sets))
    call('PEXPIRE', rivals, KEPT_MS)
  end
  return call('ZINTER', 2, rivals, PREFIX .. 'heads')
end

local function rivals_of(lane, known)
  local found = {}
  for i, rival in ipairs(active_rivals(lane)) do
    if rival ~= lane then
      local near = i <= SHARED_MAX
      found[#found + 1] = { rival, near and seats_of(rival, lane, known) or 1, near and seats_of(rival, rival, known) or 1 }
    end
  end
  return found
end

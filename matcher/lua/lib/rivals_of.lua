-- include: keys
-- include: some_of
-- The lanes with somebody in them whose tickets want the same seats: {lane, working seats that both want, all its
-- working seats, how many such lanes it stands for}... `profiles` are those of the lane, each standing for `each`.
local RIVALS_MAX = 64

local function working_in(lane, known)
  if not known[lane] then
    local found, n = call('ZINTER', 2, key('cp', lane), PREFIX .. 'working', 'WEIGHTS', 0, 1, 'WITHSCORES'), 0
    for i = 2, #found, 2 do
      n = n + tonumber(found[i])
    end
    known[lane] = n
  end
  return known[lane]
end

-- A rival that shares few profiles with the lane is easily missed where only some were looked at: it counts for more.
local function easily_missed(lane, rival, each)
  if each == 1 then
    return 1
  end
  local shared = call('ZINTERCARD', 2, key('cp', rival), key('cp', lane), 'LIMIT', RIVALS_MAX)
  return 1 / (1 - (1 - 1 / each) ^ shared)
end

local function rivals_of(lane, profiles, each, seats, known)
  local both, names = {}, {}
  for _, profile in ipairs(profiles) do
    for _, rival in ipairs(call('ZINTER', 2, key('pc', profile), PREFIX .. 'heads')) do
      if rival ~= lane and not both[rival] then
        names[#names + 1] = rival
      end
      both[rival] = (both[rival] or 0) + (seats[profile] or 0)
    end
  end
  table.sort(names)
  local rivals, stands_for = some_of(names, RIVALS_MAX)
  local found = {}
  for i, rival in ipairs(rivals) do
    found[i] = { rival, math.floor(both[rival] * each + 0.5), working_in(rival, known),
      stands_for * easily_missed(lane, rival, each) }
  end
  return found
end

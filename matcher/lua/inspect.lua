-- Everything a small realm holds, at one moment, for `check`.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules
-- Returns: JSON of matcher.check.Holdings
-- Errors: none
-- Events: none
-- include: keys
local function map_of(flat)
  local map = {}
  for i = 1, #flat, 2 do
    map[flat[i]] = flat[i + 1]
  end
  return next(map) and map or nil
end

local function each(set, read)
  local found = {}
  for _, id in ipairs(call('SMEMBERS', PREFIX .. set)) do
    found[id] = read(id)
  end
  return next(found) and found or nil
end

local function hashes(kind)
  return function(id)
    return map_of(call('HGETALL', key(kind, id)))
  end
end

local function scores(kind)
  return function(id)
    return map_of(call('ZRANGE', key(kind, id), 0, -1, 'WITHSCORES'))
  end
end

local function all(name)
  return map_of(call('ZRANGE', PREFIX .. name, 0, -1, 'WITHSCORES'))
end

return cjson.encode({
  tickets = each('open', hashes('ticket')), seats = each('seats', hashes('seat')),
  lanes = each('lanes', hashes('lane')), profiles = each('profiles', hashes('profile')),
  wait = each('lanes', scores('wait')), cp = each('lanes', scores('cp')),
  idle = each('profiles', scores('idle')), pc = each('profiles', scores('pc')), shun = each('seats', scores('shun')),
  heads = all('heads'), idle_heads = all('idle_heads'), part_heads = all('part_heads'), line = all('line'),
  due = all('due'), online = all('online'), working = all('working'), fence = call('GET', PREFIX .. 'fence') or '0',
})

-- include: keys
-- The realm's rules (matcher/rules.py) by name, durations in milliseconds. A caller brings its own with every call; the
-- newest version that any caller brought is in force for all of them, and outlives a restart in the key `rules`.
local rules
-- By how much the realm's clocks are ahead of UTC now, in milliseconds: the caller's word, for it changes by itself.
local ahead_ms
-- How much of that is because the realm's business clock was set; 0 everywhere but in a demonstration.
local shift_ms
local newest, read_rules = {}, {}
local read_count = 0
local READ_MAX = 64

local function unpack_rules(packed)
  local known = read_rules[packed]
  if not known then
    if read_count >= READ_MAX then
      read_rules, read_count = {}, 0
    end
    known = cmsgpack.unpack(packed)
    read_rules[packed], read_count = known, read_count + 1
  end
  return known
end

local function take_rules(packed)
  rules = unpack_rules(packed)
  ahead_ms, shift_ms = rules.ahead_ms, rules.shift_ms or 0
  if rules.version == 0 then
    return -- a realm whose rules never change: tests, simulations
  end
  local known = newest[PREFIX]
  if not known or known.version ~= rules.version then
    local kept = call('GET', PREFIX .. 'rules')
    known = kept and unpack_rules(kept)
    if not known or rules.version >= known.version then
      call('SET', PREFIX .. 'rules', packed)
      known = rules
    end
  else
    known = rules -- of one version each caller has its own settings
  end
  newest[PREFIX] = known
  rules = known
end

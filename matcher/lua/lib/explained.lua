-- Why a seat has a ticket, as JSON. The record keeps it short (`rule|by|step|rivals|waited_ms|idle_ms|class`): with a
-- longer text the server would keep the whole record in its large form.
local function explained(text)
  local rule, by, tier, rivals, waited_ms, idle_ms, class =
    string.match(text, '^(.-)|(.-)|(.-)|(.-)|(.-)|(.-)|(.-)$')
  if not rule then
    return '{"rule":"' .. text .. '"}'
  end
  return '{"rule":"' .. rule .. '","by":"' .. by .. '","tier":' .. tier .. ',"rivals":' .. rivals .. ',"waited_ms":'
    .. waited_ms .. ',"idle_ms":' .. idle_ms .. ',"class":"' .. class .. '"}'
end

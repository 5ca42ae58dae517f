-- kubelens for Neovim. Copy to lua/kubelens.lua in your configuration and call require("kubelens").setup().
--
-- 0.11 and later use vim.lsp.config; 0.8 to 0.10 start the client when a YAML buffer opens.
local M = {}

M.config = {
  cmd = { "kubelens", "lsp" },
  filetypes = { "yaml" }, -- not "helm": templates are not manifests
  root_markers = { "kubelens.toml", ".kubelens.toml", ".git" },
}

-- The rollout of a workload in a split; "show rollout" over a Deployment calls it.
function M.show_rollout(client, arguments)
  local params = { command = "kubelens.showRollout", arguments = arguments }
  client.request("workspace/executeCommand", params, function(err, text)
    if err or not text or text == "" then
      vim.notify("kubelens: no rollout to show", vim.log.levels.WARN)
      return
    end
    vim.cmd("new")
    vim.bo.buftype, vim.bo.bufhidden, vim.bo.swapfile = "nofile", "wipe", false
    vim.api.nvim_buf_set_lines(0, 0, -1, false, vim.split(text, "\n"))
    vim.bo.modifiable = false
  end)
end

local function root_of(file)
  local found = vim.fs.find(M.config.root_markers, { upward = true, path = vim.fs.dirname(file) })[1]
  return found and vim.fs.dirname(found) or vim.fs.dirname(file)
end

function M.setup(options)
  M.config = vim.tbl_deep_extend("force", M.config, options or {})
  if vim.lsp.config and vim.lsp.enable then
    vim.lsp.config("kubelens", M.config)
    vim.lsp.enable("kubelens")
    return
  end
  vim.api.nvim_create_autocmd("FileType", {
    pattern = M.config.filetypes,
    callback = function(event)
      local root = root_of(vim.api.nvim_buf_get_name(event.buf))
      vim.lsp.start({ name = "kubelens", cmd = M.config.cmd, root_dir = root })
    end,
  })
end

return M

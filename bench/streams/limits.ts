/** How much more memory n8n may take while a file of any size passes through it. */
export const MEMORY_LIMIT_MIB = 64;

import {
	NodeConnectionTypes,
	NodeHelpers,
	UnexpectedError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type INodeTypes,
	type IVersionedNodeType,
} from 'n8n-workflow';

export type NodeClass = INodeType | IVersionedNodeType;

/** Hands its items on as they are. */
class PassThrough implements INodeType {
	readonly description: INodeTypeDescription;

	constructor(name: string) {
		this.description = {
			displayName: name,
			name,
			group: ['transform'],
			version: 1,
			description: 'Hands its items on',
			defaults: { name },
			inputs: [NodeConnectionTypes.Main],
			outputs: [NodeConnectionTypes.Main],
			properties: [],
		};
	}

	execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return Promise.resolve([this.getInputData()]);
	}
}

const BUILT_IN = ['items', 'noOp', 'errorSink'];

/** The node types of one engine. A package's prefix is ignored: `any-package.noOp` is `noOp`. */
export class NodeTypeRegistry implements INodeTypes {
	private readonly types = new Map<string, NodeClass>();

	private readonly given: string[];

	constructor(types: Record<string, NodeClass>) {
		for (const name of BUILT_IN) this.types.set(name, new PassThrough(name));
		for (const [name, type] of Object.entries(types)) this.types.set(name, type);
		this.given = Object.keys(types);
	}

	/** The name of the type that was given, if it was just one. */
	only(): string | undefined {
		return this.given.length === 1 ? this.given[0] : undefined;
	}

	getByName(name: string): NodeClass {
		const type = this.types.get(name) ?? this.types.get(name.slice(name.lastIndexOf('.') + 1));
		if (!type) throw new UnexpectedError(`Unrecognized node type: ${name}`);
		return type;
	}

	getByNameAndVersion(name: string, version?: number): INodeType {
		return NodeHelpers.getVersionedNodeType(this.getByName(name), version);
	}

	getKnownTypes(): IDataObject {
		return {};
	}

	/** The version that the editor gives to a new node. */
	newestVersion(name: string): number {
		const type = this.getByName(name);
		if ('nodeVersions' in type) return type.currentVersion;
		const { defaultVersion, version } = type.description;
		return defaultVersion ?? (Array.isArray(version) ? Math.max(...version) : version);
	}

	/** Every version of every type. */
	*all(): Iterable<INodeType> {
		for (const type of this.types.values()) {
			if ('nodeVersions' in type) yield* Object.values(type.nodeVersions);
			else yield type;
		}
	}
}

import {
	deepCopy,
	ICredentialsHelper,
	isExpression,
	NodeHelpers,
	UnexpectedError,
	Workflow,
	type ICredentialDataDecryptedObject,
	type ICredentials,
	type ICredentialsExpressionResolveValues,
	type ICredentialTestRequest,
	type ICredentialType,
	type IExecuteData,
	type IHttpRequestHelper,
	type IHttpRequestOptions,
	type INode,
	type INodeCredentialsDetails,
	type INodeParameters,
	type INodeProperties,
	type INodeTypes,
	type IRequestOptionsSimplified,
	type IWorkflowExecuteAdditionalData,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

import { getAdditionalKeys } from './core';

type RequestPart = 'auth' | 'body' | 'headers' | 'qs';

/**
 * Does to a credential what n8n's own helper does between its database and a request, for types
 * that are not OAuth. A credential's id is the name of its type.
 */
export class CredentialsHelper extends ICredentialsHelper {
	private readonly types: Map<string, ICredentialType>;

	private readonly data = new Map<string, ICredentialDataDecryptedObject>();

	/** Workflows and contexts of processes that are taken for dead: they wait for ever. */
	private readonly dead = new WeakSet();

	constructor(
		types: ICredentialType[],
		data: Record<string, ICredentialDataDecryptedObject>,
		private readonly nodeTypes: INodeTypes,
	) {
		super();
		this.types = new Map(types.map((type) => [type.name, type]));
		for (const [name, value] of Object.entries(data)) this.set(name, value);
	}

	set(name: string, data: ICredentialDataDecryptedObject): void {
		this.typeOf(name);
		this.data.set(name, data);
	}

	has(name: string): boolean {
		return this.data.has(name);
	}

	/** Lets nobody who holds one of these objects get any further. */
	bury(...holders: object[]): void {
		for (const holder of holders) this.dead.add(holder);
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		requestOptions: IHttpRequestOptions | IRequestOptionsSimplified,
		workflow: Workflow,
		node: INode,
	): Promise<IHttpRequestOptions> {
		await this.stopIfDead(workflow);
		const options = requestOptions as IHttpRequestOptions;
		const { authenticate } = this.typeOf(typeName);
		if (!authenticate) return options;
		if (typeof authenticate === 'function') return await authenticate(credentials, options);
		options.headers ??= {};
		const resolve = (value: string) => this.resolve(value, credentials, workflow, node);
		for (const [part, values] of Object.entries(authenticate.properties)) {
			const target = ((options as Partial<Record<RequestPart, object>>)[part as RequestPart] ??=
				{});
			for (const [key, value] of Object.entries(values as Record<string, string>)) {
				Object.assign(target, { [resolve(key)]: resolve(value) });
			}
		}
		return options;
	}

	async preAuthentication(
		helpers: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		node: INode,
		credentialsExpired: boolean,
	): Promise<ICredentialDataDecryptedObject | undefined> {
		const { preAuthentication, properties } = this.typeOf(typeName);
		const expirable = properties.find(
			({ type, typeOptions }) => type === 'hidden' && typeOptions?.expirable === true,
		)?.name;
		if (expirable === undefined || !preAuthentication || !node.credentials) return undefined;
		if (credentials[expirable] !== '' && !credentialsExpired) return undefined;
		const output = await preAuthentication.call(helpers, credentials);
		if (output[expirable] === undefined) return undefined;
		Object.assign(credentials, output);
		this.set(typeName, credentials);
		return credentials;
	}

	/** How a type says that it is tested, if it does. */
	testOf(typeName: string): ICredentialTestRequest | undefined {
		return this.typeOf(typeName).test;
	}

	getParentTypes(name: string): string[] {
		const parents = this.typeOf(name).extends ?? [];
		return [...parents, ...parents.flatMap((parent) => this.getParentTypes(parent))];
	}

	getCredentialsProperties(type: string): INodeProperties[] {
		const { properties, extends: parents = [] } = this.typeOf(type);
		const combined: INodeProperties[] = [];
		for (const parent of parents) {
			NodeHelpers.mergeNodeProperties(combined, this.getCredentialsProperties(parent));
		}
		NodeHelpers.mergeNodeProperties(combined, properties);
		return combined;
	}

	async getDecrypted(
		additionalData: IWorkflowExecuteAdditionalData,
		nodeCredentials: INodeCredentialsDetails,
		type: string,
		mode: WorkflowExecuteMode,
		executeData?: IExecuteData,
		raw = false,
		resolveValues?: ICredentialsExpressionResolveValues,
	): Promise<ICredentialDataDecryptedObject> {
		await this.stopIfDead(additionalData);
		const stored = this.data.get(type);
		if (!stored || nodeCredentials.id !== type) {
			throw new UnexpectedError(
				`Credential with ID "${String(nodeCredentials.id)}" does not exist for type "${type}".`,
			);
		}
		const data = deepCopy(stored);
		return raw ? data : this.complete(additionalData, data, type, mode, executeData, resolveValues);
	}

	/** Adds the type's defaults, and resolves the expressions that a field may hold. */
	complete(
		additionalData: IWorkflowExecuteAdditionalData,
		data: ICredentialDataDecryptedObject,
		type: string,
		mode: WorkflowExecuteMode,
		executeData?: IExecuteData,
		resolveValues?: ICredentialsExpressionResolveValues,
	): ICredentialDataDecryptedObject {
		const properties = this.getCredentialsProperties(type);
		const parameters =
			NodeHelpers.getNodeParameters(properties, data as INodeParameters, true, false, null, null) ??
			{};
		const keys = getAdditionalKeys(additionalData, mode, null);
		if (resolveValues) {
			const { workflow, runExecutionData, runIndex, itemIndex, node, connectionInputData } =
				resolveValues;
			return workflow.expression.getParameterValue(
				parameters,
				runExecutionData,
				runIndex,
				itemIndex,
				node.name,
				connectionInputData,
				mode,
				keys,
				executeData,
				false,
				parameters,
			) as ICredentialDataDecryptedObject;
		}
		const node: INode = {
			id: 'credential',
			name: 'Credential',
			type: 'noOp',
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
		};
		const { nodeTypes } = this;
		const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
		return workflow.expression.getComplexParameterValue(
			node,
			parameters,
			mode,
			keys,
			undefined,
			undefined,
			parameters,
		) as ICredentialDataDecryptedObject;
	}

	getCredentials(): Promise<ICredentials> {
		return Promise.reject(new UnexpectedError('Credentials are not stored encrypted here'));
	}

	updateCredentials(
		_nodeCredentials: INodeCredentialsDetails,
		type: string,
		data: ICredentialDataDecryptedObject,
	): Promise<void> {
		this.set(type, data);
		return Promise.resolve();
	}

	updateCredentialsOauthTokenData(): Promise<void> {
		return Promise.reject(new UnexpectedError('OAuth credentials are not supported here'));
	}

	private typeOf(name: string): ICredentialType {
		const type = this.types.get(name);
		if (!type) throw new UnexpectedError(`Unknown credential type "${name}"`);
		return type;
	}

	private resolve(
		value: string,
		$credentials: ICredentialDataDecryptedObject,
		workflow: Workflow,
		node: INode,
	): string {
		if (!isExpression(value)) return value;
		const keys = { $credentials };
		const resolved = workflow.expression.getSimpleParameterValue(
			node,
			value,
			'internal',
			keys,
			undefined,
			'',
		);
		return resolved ? String(resolved) : '';
	}

	private async stopIfDead(holder: object): Promise<void> {
		if (this.dead.has(holder)) await new Promise<never>(() => undefined);
	}
}
